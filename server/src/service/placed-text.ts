/** From offsets to what people count: lines and columns, and cells of a notebook. */
import type { Piece } from '../program/program.ts';
import type { Range } from '../text/range.ts';

/** 1-based; columns in UTF-16 units. In a notebook, lines count within the cell. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** 0-based among all cells of a notebook. */
  readonly cell?: number | undefined;
}

/** A text with its lines, and its cells where it is a notebook. */
export interface PlacedText {
  readonly text: string;
  place(range: Range): Place;
  /** The lines (without their ends) that a place covers. */
  lines(place: Place): readonly string[];
}

export function placedText(text: string, pieces?: readonly Piece[]): PlacedText {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const mark = text.startsWith('\uFEFF') ? 1 : 0;
  const columnOf = (line: number, offset: number, from: number): number => offset - Math.max(starts[line]!, from) + 1 - (line === 0 ? Math.min(mark, offset) : 0);
  const pieceAt = (offset: number): Piece | undefined => pieces?.findLast((piece) => piece.start <= offset);

  return {
    text,
    place({ start, end }) {
      const piece = pieceAt(start);
      const from = piece?.start ?? 0;
      const before = lineOf(from);
      const [first, last] = [lineOf(start), lineOf(end)];
      return {
        line: first - before + 1, column: columnOf(first, start, from), endLine: last - before + 1, endColumn: columnOf(last, end, from),
        ...(piece?.cell === undefined ? {} : { cell: piece.cell }),
      };
    },
    lines({ line, endLine, cell }) {
      const before = cell === undefined ? 0 : lineOf(pieces!.find((piece) => piece.cell === cell)!.start);
      const found: string[] = [];
      for (let each = before + line - 1; each < before + endLine; each++) {
        found.push(text.slice(starts[each], starts[each + 1] ?? text.length).replace(/[\r\n]+$/, '').replace(/^\uFEFF/, ''));
      }
      return found;
    },
  };
}

/** Cells are counted from 1 here, as people do. */
export const shownPlace = ({ file, cell, line, column }: Place & { readonly file: string }): string => `${file}:${cell === undefined ? '' : `cell ${cell + 1}:`}${line}:${column}`;
