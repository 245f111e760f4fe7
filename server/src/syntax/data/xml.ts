/** Hadoop's configuration files read into a tree: a mapping of names to values, each pair an element `property`. */
import sax from 'sax';
import type { Range } from '../../text/range.ts';
import { hole, type Pair, type Tree, whole } from './tree.ts';

interface Part {
  text: string;
  range: Range;
}

/** Of a Hadoop file. `open`: it includes others. */
export type XmlTree = Tree & { readonly open: boolean };

export function readXml(text: string): XmlTree {
  const parser = sax.parser(true, { position: true });
  const pairs: Pair[] = [];
  const comments: Range[] = [];
  const errors: Range[] = [];
  const path: string[] = [];
  let root: { start: number; end: number } | undefined;
  let property: { start: number; name?: Part; value?: Part; isFinal?: boolean } | undefined;
  /** Hadoop leaves what is final as it is. */
  const finals = new Set<string>();
  let part: { name: string; text: string; start: number } | undefined;
  let isOpen = false;
  const place = (): string => path.join('/');

  parser.onopentag = ({ name }) => {
    path.push(name);
    const start = parser.startTagPosition - 1;
    if (path.length === 1) root = { start, end: text.length };
    if (place() === 'configuration/property') property = { start };
    else if (property && path.length === 3 && (name === 'name' || name === 'value' || name === 'final')) part = { name, text: '', start: parser.position };
    if (/(^|:)include$/.test(name)) isOpen = true;
  };
  const add = (more: string): void => {
    if (part && path.length === 3) part.text += more;
  };
  parser.ontext = add;
  parser.oncdata = add;
  parser.onclosetag = (name) => {
    const end = parser.position;
    const start = text.lastIndexOf('</', end - 1);
    if (part && part.name === name && path.length === 3) {
      const range = trimmed(text, part.start, Math.max(part.start, start));
      const read = { text: part.text, range };
      // Without white space around it, as Hadoop hands on what it trims.
      if (property && name === 'name') property.name = { ...read, text: read.text.trim() };
      else if (property && name === 'value') property.value = read;
      else if (property) property.isFinal = read.text.trim() === 'true';
      part = undefined;
    }
    if (property && place() === 'configuration/property') {
      const { name: key, value, isFinal } = property;
      if (key && !key.text.includes(hole) && !finals.has(key.text)) {
        if (isFinal) finals.add(key.text);
        pairs.push({
          start: property.start, end, key: key.text, keyRange: key.range, alias: false,
          value: value && { is: 'scalar', ...value.range, text: whole(value.text.trim()), inner: value.range },
        });
      }
      property = undefined;
    }
    path.pop();
    if (path.length === 0 && root) root.end = end;
  };
  parser.oncomment = () => {
    const start = text.indexOf('<!--', parser.startTagPosition - 1);
    const end = start < 0 ? -1 : text.indexOf('-->', start + 4);
    if (end >= 0) comments.push({ start, end: end + 3 });
  };
  parser.onerror = () => {
    const at = Math.min(Math.max(parser.position - 1, 0), Math.max(text.length - 1, 0));
    if (text.length > 0) errors.push({ start: at, end: at + 1 });
    // The parser goes on after what it could not read.
    (parser as { error: Error | null }).error = null;
  };
  parser.write(text).close();
  return { roots: root ? [{ is: 'mapping', ...root, pairs, flow: false }] : [], comments, errors, commented: true, open: isOpen };
}

function trimmed(text: string, from: number, to: number): Range {
  let [start, end] = [from, to];
  while (start < end && text[start]!.trim() === '') start++;
  while (end > start && text[end - 1]!.trim() === '') end--;
  return { start, end };
}
