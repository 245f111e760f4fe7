/** Where values stand in a JSON text: for changing one of them without writing the others anew. The text must be valid JSON. */
import type { Range } from '../text/range.ts';

export interface Place extends Range {
  /** Of an object's member. */
  readonly key?: string | undefined;
  readonly keyRange?: Range | undefined;
}

/** The values directly in the list or object that begins at `at`. */
export function* valuesIn(json: string, at: number): Generator<Place> {
  const isObject = json[at] === '{';
  let start = afterBlanks(json, at + 1);
  while (start < json.length && json[start] !== ']' && json[start] !== '}') {
    let key: string | undefined;
    let keyRange: Range | undefined;
    if (isObject) {
      const keyEnd = valueEnd(json, start);
      key = JSON.parse(json.slice(start, keyEnd)) as string;
      keyRange = { start, end: keyEnd };
      start = afterBlanks(json, afterBlanks(json, keyEnd) + 1);
    }
    const end = valueEnd(json, start);
    yield { start, end, key, keyRange };
    start = afterBlanks(json, end);
    if (json[start] === ',') start = afterBlanks(json, start + 1);
  }
}

/** An object's member; of several with one name the last, which is the one that readers see. */
export function lastMember(json: string, at: number, name: string): Place | undefined {
  return [...valuesIn(json, at)].findLast(({ key }) => key === name);
}

function afterBlanks(json: string, at: number): number {
  while (at < json.length && ' \t\r\n'.includes(json[at]!)) at++;
  return at;
}

function valueEnd(json: string, start: number): number {
  const first = json[start];
  if (first === '"') return stringEnd(json, start);
  if (first !== '{' && first !== '[') {
    let end = start + 1;
    while (end < json.length && !' \t\r\n,]}'.includes(json[end]!)) end++;
    return end;
  }
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const sign = json[at];
    if (sign === '"') at = stringEnd(json, at) - 1;
    else if (sign === '{' || sign === '[') depth++;
    else if ((sign === '}' || sign === ']') && --depth === 0) return at + 1;
  }
  return json.length;
}

function stringEnd(json: string, start: number): number {
  let at = json.indexOf('"', start + 1);
  while (at >= 0 && isEscaped(json, at)) at = json.indexOf('"', at + 1);
  return at < 0 ? json.length : at + 1;
}

function isEscaped(json: string, at: number): boolean {
  let slashes = 0;
  while (json[at - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}
