/** Where findings stand in the files of a project, as the command line names them. */
import { relative, resolve } from 'node:path';
import type { Range } from '../text/range.ts';
import { type Place, type PlacedText, placedText } from '../service/placed-text.ts';
import type { ProjectFile } from './engine.ts';
import { withSlashes } from '../lsp/node-host.ts';

/** Texts of the files that findings speak of, each placed once. */
export interface Places {
  /** The path as the user sees it: relative to the working folder, with forward slashes. */
  shown(file: ProjectFile, path?: string): string;
  textOf(file: ProjectFile, path?: string): PlacedText;
  place(file: ProjectFile, site: Range & { readonly module?: string | undefined }): Place & { readonly file: string };
}

export function createPlaces(): Places {
  const kept = new Map<string, { text: string; placed: PlacedText }>();
  const shown = (file: ProjectFile, path = file.path): string => withSlashes(relative(process.cwd(), resolve(file.root, path)) || path);
  function textOf(file: ProjectFile, path = file.path): PlacedText {
    const source = file.project.source(path);
    const text = source?.text ?? file.project.files.read(path) ?? '';
    const key = resolve(file.root, path);
    const before = kept.get(key);
    if (before?.text === text) return before.placed;
    const placed = placedText(text, path.endsWith('.ipynb') ? source?.pieces : undefined);
    kept.set(key, { text, placed });
    return placed;
  }
  return { shown, textOf, place: (file, site) => ({ file: shown(file, site.module), ...textOf(file, site.module).place(site) }) };
}

