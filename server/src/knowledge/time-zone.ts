/** Which names of time zones Spark reads: offsets, regions, and the short names that Java keeps. Tried on Java 17. */

/** `ZoneId.SHORT_IDS`. */
const shortNames: ReadonlySet<string> = new Set(['ACT', 'AET', 'AGT', 'ART', 'AST', 'BET', 'BST', 'CAT', 'CNT', 'CST', 'CTT', 'EAT', 'ECT', 'IET', 'IST', 'JST', 'MIT', 'NET', 'NST', 'PLT', 'PNT', 'PRT', 'PST', 'SST', 'VST', 'EST', 'MST', 'HST']);

export function isTimeZone(text: string): boolean {
  if (text === 'Z' || shortNames.has(text)) return true;
  const offset = /^(?:UTC|GMT|UT)?([+-].*)$/.exec(text)?.[1];
  return offset === undefined ? isRegion(text) : isOffset(offset);
}

/** Spark writes an hour or minute of one digit as two before Java reads it. */
function isOffset(text: string): boolean {
  const [, hours, minutes, seconds] = /^[+-](\d{1,2})(?::?(\d{1,2})(?::?(\d{2}))?)?$/.exec(text) ?? [];
  return hours !== undefined && Number(hours) <= 18 && Number(minutes ?? 0) < 60 && Number(seconds ?? 0) < 60 && (Number(hours) < 18 || Number(minutes ?? 0) + Number(seconds ?? 0) === 0);
}

/** JavaScript knows the same regions, but takes them in any case and knows further short names. */
function isRegion(text: string): boolean {
  if (!/^[A-Z]/.test(text) || /^[A-Z]{3}$/.test(text) && !/^(UTC|GMT|UCT|CET|EET|MET|WET|PRC|ROC|ROK)$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
