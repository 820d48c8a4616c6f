/** Where the terms are under which a service's images may be used; null for a server whose terms nobody here knows. */
export function termsOf(host: string): string | null {
  return host === 'api.openai.com' ? "OpenAI's terms of use, https://openai.com/policies/" : null
}
