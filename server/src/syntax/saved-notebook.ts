/** The file that the editor would save of an open notebook: what is on the disk, with the code that was typed. */
import { cellText, type IpynbCell, ipynbCells, languageNamed, languageOfCell, languageOfKernel, type NotebookCell } from './source.ts';

interface Content {
  readonly cells: readonly IpynbCell[];
  readonly metadata?: unknown;
}

/** Images are written out in one line; a rule finds nothing in them, and the file is written anew at each key. */
const longestOutput = 10_000;

/** A function of the code cells, which reads what is saved once. `metadata` is what the editor holds of a notebook that is not. */
export function notebookSaver(saved: string | undefined, metadata: unknown): (cells: readonly NotebookCell[]) => string {
  const read = saved === undefined ? undefined : contentOf(saved);
  const content = read ?? { cells: [], metadata: metadata ?? {}, nbformat: 4, nbformat_minor: 5 };
  const kernel = languageOfKernel(content.metadata);
  const ownLanguage = (cell: IpynbCell): string | undefined => languageOfCell(cell) ?? (kernel === 'other' ? undefined : kernel);
  const isSame = (old: IpynbCell, { text, language }: NotebookCell): boolean => cellText(old) === text && saysLanguage(old, language);
  const saysLanguage = (old: IpynbCell, language: string | undefined): boolean => language === undefined || (ownLanguage(old) ?? language) === language;
  const withCode = (old: IpynbCell, { text, language }: NotebookCell): IpynbCell =>
    ({ ...old, metadata: saysLanguage(old, language) ? old.metadata : { ...old.metadata, vscode: { languageId: language } }, source: text.match(/[^\n]*\n|[^\n]+/g) ?? [] });
  const shown = content.cells.filter(isShown);
  return (cells) => {
    if (read && cells.length === shown.length && cells.every((cell, index) => isSame(shown[index]!, cell))) return saved!;
    const left = [...cells];
    const kept = content.cells.flatMap((old) => {
      if (!isShown(old)) return [old];
      const cell = left.shift();
      return cell ? [withCode(old, cell)] : [];
    });
    const made = left.map((cell) => withCode({ cell_type: 'code', metadata: {} }, cell));
    return JSON.stringify({ ...content, cells: [...kept, ...made] }, undefined, 1);
  };
}

/** The editor gives its text: code in another language stays what it was. */
const isShown = (cell: IpynbCell): boolean => cell?.cell_type === 'code' && (typeof cell.metadata?.vscode?.languageId !== 'string' || languageNamed(cell.metadata.vscode.languageId) !== undefined);

/** Of format 4, which alone editors open. */
function contentOf(saved: string): Content | undefined {
  try {
    const json = JSON.parse(saved.replace(/^\uFEFF/, ''), (_, value: unknown) => (typeof value === 'string' && value.length > longestOutput ? '' : value)) as Partial<Content>;
    return ipynbCells(json) && json.cells ? { ...json, cells: json.cells } : undefined;
  } catch {
    return undefined;
  }
}
