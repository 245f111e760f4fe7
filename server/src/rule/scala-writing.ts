/** How Scala is written: its comments, blocks and quotes. */
import type { Writing } from './writing.ts';

export const scalaWriting: Writing = {
  comment: '//',
  negated: (code) => `!${code}`,
  quote: () => '"',
  // A body without braces is one expression; what stands in braces, in a template or at the top of a file has room.
  takesMore: ({ block, parent, start, end }, text) => parent === undefined || text[block.start] === '{' || block.start < start || end < block.end,
};
