/** What of a Dockerfile is shell: the same text, with blanks for the rest. Commands written as JSON stand apart. */
import { valuesIn } from '../json-places.ts';
import type { Range } from '../../text/range.ts';
import type { Char, Word } from './words.ts';

export interface Prepared {
  /** As long as the Dockerfile. */
  readonly shell: string;
  readonly comments: readonly Range[];
  /** What runs when a container starts, whose variables are then set anew: `docker run -e`. In order. */
  readonly starts: readonly Range[];
  /** `CMD ["spark-submit", …]` */
  readonly lists: readonly (Range & { readonly words: readonly Word[] })[];
}

const instruction = /^[ \t]*(RUN|CMD|ENTRYPOINT|ENV)[ \t]+((?:--[\w-]+(?:=\S*)?[ \t]+)*)/i;
export const blanked = (text: string): string => text.replace(/[^\r\n]/g, ' ');

export function prepareDockerfile(text: string): Prepared {
  const comments: Range[] = [];
  const lists: (Range & { words: Word[] })[] = [];
  const starts: Range[] = [];
  let shell = '';
  for (let at = 0; at < text.length; ) {
    const { end, joined, comments: inside } = instructionAt(text, at);
    comments.push(...inside);
    const head = instruction.exec(joined);
    const start = at + (head?.[0].length ?? 0);
    // Lines of a list may be continued, too.
    const rest = joined.slice(start - at).replace(/\\(?=[ \t]*\r?\n)/g, ' ').trimEnd();
    if (head && /^\[/.test(rest)) {
      const words = wordsOfList(rest, start);
      if (words) lists.push({ start: at + head[0].search(/\S/), end: start + rest.length, words });
    }
    // A variable of the image is set as one of the shell is; the old form has a blank for the sign.
    const isShell = head !== null && !rest.startsWith('[') && (head[1]!.toUpperCase() !== 'ENV' || /^\w+=/.test(rest));
    if (isShell && /^(CMD|ENTRYPOINT)$/i.test(head[1]!)) starts.push({ start, end });
    shell += isShell ? blanked(text.slice(at, start)) + joined.slice(start - at) : blanked(text.slice(at, end));
    at = end;
  }
  return { shell, comments, starts, lists };
}

/** To the end of the last line that it is continued on. Comments and empty lines between its lines are no part of it, and end nothing. */
function instructionAt(text: string, start: number): { end: number; joined: string; comments: Range[] } {
  const comments: Range[] = [];
  let joined = '';
  let open = false;
  for (let at = start; at < text.length; ) {
    const next = text.indexOf('\n', at);
    const end = next < 0 ? text.length : next + 1;
    const line = text.slice(at, end);
    const isComment = /^[ \t]*#/.test(line);
    const isEmpty = open && line.trim() === '';
    if (isComment) comments.push({ start: at + line.search(/#/), end: at + line.trimEnd().length });
    joined += (isComment || isEmpty) && open ? line.replace(/[^]/g, ' ') : isComment ? blanked(line) : line;
    at = end;
    if ((isComment || isEmpty) && open) continue;
    open = !isComment && /\\[ \t]*\r?\n$/.test(line);
    if (!open) return { end: at, joined, comments };
  }
  return { end: text.length, joined, comments };
}

/** The JSON of a list of texts; undefined: it is none. */
function wordsOfList(json: string, offset: number): Word[] | undefined {
  try {
    const values: unknown = JSON.parse(json);
    if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) return undefined;
  } catch {
    return undefined;
  }
  return [...valuesIn(json, 0)].map(({ start, end }): Word => {
    const text = JSON.parse(json.slice(start, end)) as string;
    const plain = end - start - 2 === text.length;
    const place = (index: number): Range => (plain ? { start: offset + start + 1 + index, end: offset + start + 2 + index } : { start: offset + start, end: offset + end });
    const chars = [...Array(text.length).keys()].map((index): Char => ({ char: text[index]!, ...place(index), within: 'json', parts: false, conditional: false }));
    return { chars, text, start: offset + start, end: offset + end, conditional: false, many: false, list: false, inPlace: true };
  });
}
