/** Where a JVM option stands in the value of an entry, and the edits that take it out. */
import type { Setting, Site } from '../analysis/model.ts';
import type { Edit } from './rule.ts';
import { settingEdits, type Writable } from './setting-edits.ts';

/** undefined where the value is put together from pieces. */
export function optionSite(text: string, { valueSite }: Setting, option: string): Site | undefined {
  const index = text.slice(valueSite.start, valueSite.end).indexOf(option);
  return index < 0 ? undefined : { module: valueSite.module, start: valueSite.start + index, end: valueSite.start + index + option.length };
}

/** The option with the blank behind it, or before it where it is the last; the whole entry where it is all of the value. */
export function withoutOption(context: Writable, entry: Setting, option: Site): Edit[] {
  const { text } = context;
  if (entry.value?.trim() === text.slice(option.start, option.end)) return settingEdits(context).remove(entry);
  const after = /^[ \t]+/.exec(text.slice(option.end, entry.valueSite.end))?.[0].length ?? 0;
  const before = after > 0 ? 0 : /[ \t]*$/.exec(text.slice(entry.valueSite.start, option.start))![0].length;
  return [{ start: option.start - before, end: option.end + after, newText: '' }];
}
