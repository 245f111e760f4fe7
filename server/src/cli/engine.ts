/** The engine with what it needs from the disk: grammars, tables, projects. */
import { dirname, join, relative, resolve, sep } from 'node:path';
import { api } from '../knowledge/api-reader.ts';
import { registry } from '../knowledge/registry-reader.ts';
import { createProject, type Project } from '../project/project.ts';
import type { Overrides } from '../project/settings.ts';
import { remembered } from '../rule/queries.ts';
import { rules } from '../rules/index.ts';
import { openSyntax, type Syntax } from '../syntax/index.ts';
import { grammarsBeside, holdsProjects, nodeHost, projectRootOf, withSlashes } from '../lsp/node-host.ts';

export const loadSyntax = async (): Promise<Syntax> => openSyntax(await grammarsBeside(import.meta.url));

/** A file of a project. */
export interface ProjectFile {
  readonly project: Project;
  /** Absolute folder of the project. */
  readonly root: string;
  /** Relative to it. */
  readonly path: string;
}

/** Loads the grammars of what these files are written in. */
export async function ready(files: readonly ProjectFile[]): Promise<void> {
  for (const { project, path } of files) await project.ready(path);
}

export interface Projects {
  /** `base`: the folder that was named, below which the file was found; its own folder where it was named itself. */
  of(file: string, base?: string): ProjectFile;
  all(): readonly Project[];
}

/** Paths named on one command line may belong to several projects. */
export function projectsOf(syntax: Syntax, config?: { readonly path: string; readonly text: string } | undefined, overrides: Overrides = {}): Projects {
  const projects = new Map<string, Project>();
  const rootOf = remembered(projectRootOf);
  const isShelf = remembered(holdsProjects);
  return {
    of(file, base = dirname(resolve(file))) {
      // Repositories that lie beside one another tell nothing of each other.
      const [top, ...rest] = relative(base, resolve(file)).split(sep);
      const root = rest.length > 0 && top !== '..' && isShelf(base) ? join(resolve(base), top!) : rootOf(base);
      let project = projects.get(root);
      if (!project) projects.set(root, (project = createProject({ host: nodeHost(root), syntax, api, registry, rules, config, overrides })));
      return { project, root, path: withSlashes(relative(root, resolve(file))) };
    },
    all: () => [...projects.values()],
  };
}

export { rules, registry, api };
