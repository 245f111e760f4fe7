/** YAML and JSON that stand in a script: manifests behind `<<EOF`, and what the command line of a cloud is given in quotes. */
import type { DataForm, Section } from '../../program/conf.ts';
import type { Range } from '../../text/range.ts';
import { hole } from '../data/tree.ts';
import { blanked } from './dockerfile.ts';
import { linesOf } from './written-files.ts';

/** Such a text within a script; `masked`: as long, with what the shell fills in as holes. */
export interface Given extends Range {
  readonly form: 'yaml' | 'json';
  readonly masked: string;
}

/** Something like it may stand in a script. */
export const holdsData = (text: string): boolean => /\bkind["']?:[ \t]*["']?(?:Scheduled)?Spark(?:Application|Cluster|Connect)\b|\bspark-?submit-?(?:parameters|job-?driver)\b|["']spark-defaults["']|\bType["']?[ \t]*:[ \t]*["']?Spark\b/i.test(text);

/** The forms in which it is given. */
export const formsGiven = (text: string): readonly DataForm[] => [...new Set(givenData(text).map(({ form }) => form))];

/** What the shell fills in: `$name`, `${name}`, `$(command)`, a command between backquotes. */
const filled = /\$\{[^}\n]*\}|\$\([^)\n]*\)|\$\w+|`[^`\n]*`/g;
const holes = (text: string): string => hole.repeat(text.length);

export function givenData(text: string): Given[] {
  if (!holdsData(text)) return [];
  const behind = [...linesOf(text)].flatMap(({ behind: heredoc }) => {
    if (!heredoc) return [];
    const { body, quoted } = heredoc;
    const own = text.slice(body.start, body.end);
    return given(body, quoted ? own : own.replace(filled, holes));
  });
  const within = [...text.matchAll(/'(?=\s*[[{])/g)].flatMap(({ index }) => {
    const end = endOfQuotes(text, index);
    return behind.some((each) => each.start <= index && index < each.end) ? [] : given({ start: index + 1, end: end - 1 }, unquoted(text.slice(index + 1, end - 1)));
  });
  return [...behind, ...within].slice(0, mostGiven);
}
/** Each is read as a text as long as the script: of more only these are. */
const mostGiven = 50;

function given(range: Range, masked: string): Given[] {
  if (!holdsData(masked)) return [];
  return [{ ...range, form: /^\s*[[{]/.test(masked) ? 'json' : 'yaml', masked }];
}

/** Behind the last of the quotes that a word in single quotes is made of: `'{"a": "'$A'"}'` goes on behind a variable. */
function endOfQuotes(text: string, start: number): number {
  let end = start;
  for (;;) {
    const close = text.indexOf("'", end + 1);
    if (close < 0) return text.length;
    const next = between.exec(text.slice(close + 1, close + 1 + longestBetween));
    if (!next) return close + 1;
    end = close + next[0].length;
  }
}
/** Between two texts in quotes of one word. */
const between = /^(?:"[^"'\n]*"|[^\s"'|;&<>()]+)?'/;
const longestBetween = 200;

/** What stands between two texts in quotes is a hole. */
const unquoted = (text: string): string => text.replace(/'(?:"[^"'\n]*"|[^\s"'|;&<>()]*)'/g, holes);

/** `read` reads a text as long as the script, with blanks around what is given; a script is not laid out like a file, so that only single values are changed in it. */
export function sectionsOfGiven(text: string, read: (text: string, form: DataForm) => readonly Section[] | undefined): Section[] {
  return givenData(text).flatMap(({ start, end, form, masked }) => {
    const alone = blanked(text.slice(0, start)) + masked + blanked(text.slice(end));
    return (read(alone, form) ?? []).map((section): Section => ({ ...section, keysAt: undefined, comments: undefined, closed: true, entries: section.entries.map((entry) => ({ ...entry, told: entry.told && { ...entry.told, within: 'json' } })) }));
  });
}
