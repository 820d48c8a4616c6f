/** What a graph is lowered for. Passes and rules may differ by it: what is fast on a processor may not be on a GPU. */
export type Target = 'cpu' | 'webgpu' | 'cuda'
