/** Which line of Spark the releases of services and distributions bring. */

/** From the first release on, up to the next that is named: Amazon's tables of application versions in EMR 4 to 7 and of the releases of Glue, Cloudera's packaging tables of CDH 5 and 6. */
const sparkIn: Readonly<Record<'emr' | 'cdh' | 'glue', readonly (readonly [number, number, string])[]>> = {
  emr: [[4, 0, '1.4'], [4, 1, '1.5'], [4, 3, '1.6'], [5, 0, '2.0'], [5, 3, '2.1'], [5, 8, '2.2'], [5, 13, '2.3'], [5, 20, '2.4'], [6, 1, '3.0'], [6, 3, '3.1'], [6, 6, '3.2'], [6, 8, '3.3'], [6, 12, '3.4'], [7, 0, '3.5']],
  cdh: [[5, 0, '0.9'], [5, 1, '1.0'], [5, 2, '1.1'], [5, 3, '1.2'], [5, 4, '1.3'], [5, 5, '1.5'], [5, 7, '1.6'], [6, 0, '2.2'], [6, 1, '2.4']],
  glue: [[0, 9, '2.2'], [1, 0, '2.4'], [3, 0, '3.1'], [4, 0, '3.3'], [5, 0, '3.5']],
};
const newest = { emr: 7, cdh: 6, glue: 5 };

/** `emr-5.24.0`, `cdh5.12`, `glue_version = "2.0"`; of `cdh5`, the newest: all of them bring Spark 1, or older. CDH goes by the addresses of its guides as well. */
const release = /\b(emr)-(\d)\.(\d+)\.\d+\b|\b(cdh)-?([56])\.(\d+)(?:\.\d+)?\b|\b(cdh)-?(5)(?![\w.])|\bcloudera\.com\/[\w./-]*?\/enterprise\/([56])-(\d+)-x\b|\b(glue)[_-]?version["']?[ \t]*[:= ][ \t]*["']?(\d)\.(\d)\b/gi;

/** The lines of Spark by what a text names of such releases. */
export const sparkOfRelease = (text: string): string[] =>
  [...text.matchAll(release)].flatMap((match) => {
    const name = (match[1] ?? match[4] ?? match[7] ?? match[11] ?? 'cdh').toLowerCase() as keyof typeof sparkIn;
    const [major, minor] = [Number(match[2] ?? match[5] ?? match[8] ?? match[9] ?? match[12]), Number(match[3] ?? match[6] ?? match[10] ?? match[13] ?? Infinity)];
    return major > newest[name] ? [] : sparkIn[name].findLast(([of, from]) => of < major || of === major && from <= minor)?.[2] ?? [];
  });
