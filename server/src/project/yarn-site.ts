/** What the project's `yarn-site.xml` says of its cluster, for whoever asks for an application there. */
import type { Site } from '../analysis/model.ts';
import { isPlaceholder } from '../knowledge/values.ts';
import type { ProjectFiles } from './files.ts';
import { pathsWhere, perText } from './kept.ts';
import { nameOf } from './paths.ts';

export interface YarnValue {
  readonly value: string;
  /** Of the value, in that file. */
  readonly site: Site;
}

const property = /<property>\s*<name>\s*([\w.-]+)\s*<\/name>\s*<value>([^<]*)<\/value>/g;
/** A key may be there, and not be seen. */
const mayHoldMore = /\{\{|\{%|<xi:include|<\?(?!xml)/;
const blanked = (text: string): string => text.replace(/<!--[\s\S]*?-->/g, (comment) => ' '.repeat(comment.length));

/** By key: undefined where no file of that name sets it, a part of one is out of sight, or two do not agree. */
export function yarnSite(files: ProjectFiles): (key: string) => YarnValue | undefined {
  const paths = pathsWhere(files, (path) => nameOf(path) === 'yarn-site.xml');
  const read = perText(files, (text, path) => (mayHoldMore.test(text) ? undefined : new Map([...blanked(text).matchAll(property)].map((found): [string, YarnValue] => {
    const end = found.index + found[0].length - '</value>'.length;
    return [found[1]!, { value: found[2]!.trim(), site: { module: path, start: end - found[2]!.length, end } }];
  }))));
  return (key) => {
    const told = paths().map((path) => read(path)?.get(key));
    const [first] = told;
    return first !== undefined && !isPlaceholder(first.value) && told.every((each) => each?.value === first.value) ? first : undefined;
  };
}
