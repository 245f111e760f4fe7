/** The whole engine behind one door that needs neither Node nor an editor: for a browser's worker and for tests of that. */
import { api } from '../knowledge/api-reader.ts';
import { registry } from '../knowledge/registry-reader.ts';
import { memoryHost, type ProjectHost } from '../project/host.ts';
import { createProject, type Project } from '../project/project.ts';
import type { OuterSettings } from '../project/folder-settings.ts';
import type { Overrides } from '../project/settings.ts';
import { rules } from '../rules/index.ts';
import { type GrammarFiles, openSyntax, type Syntax } from '../syntax/index.ts';

export { memoryHost };

/** A project over injected files. The grammars are loaded once for all projects. */
export async function openProject(grammars: GrammarFiles, host: ProjectHost, overrides: Overrides = {}): Promise<Project> {
  return projectOver(await openSyntax(grammars), host, overrides);
}

export function projectOver(syntax: Syntax, host: ProjectHost, overrides: Overrides = {}, outer?: OuterSettings): Project {
  return createProject({ host, syntax, api, registry, rules, overrides, outer });
}
