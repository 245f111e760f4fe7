/** Tables of `test/data`. */
import { readFileSync } from 'node:fs';

/** The rows of a table, each by its columns; comments begin with `#`. */
export const rowsOf = (name: string): string[][] =>
  readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8').split('\n').filter((line) => line !== '' && !/^#( |$)/.test(line)).map((line) => line.split('\t'));
