/** What real terminals answered to the questions of `question.ts`, recorded under Xvfb and in a pseudo-terminal (Debian 13). */

export const KITTY = '\x1bP>|kitty(0.41.1)\x1b\\\x1b[6;18;9t\x1b[4;396;639t\x1b[?62;c'
/** Debian's xterm tells no sizes; `-ti vt340` draws Sixel. */
export const XTERM_SIXEL = '\x1bP>|XTerm(398)\x1b\\\x1b[?63;1;2;4;6;9;15;16;22;28c'
export const XTERM_SIXEL_LIMITS = '\x1b[?1;0;1024S\x1b[?2;0;990;646S'
export const XTERM = '\x1bP>|XTerm(398)\x1b\\\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c'
export const TMUX = '\x1bP>|tmux 3.5a\x1b\\\x1b[6;32;16t\x1b[4;960;1600t\x1b[?1;2;4c'
