/** The pages of the rules, as they come with the extension: they open without a network. */
import { readFile } from 'node:fs/promises';
import { brotliDecompressSync } from 'node:zlib';
import { commands, Disposable, Uri, window, workspace } from 'vscode';

export interface RulePages extends Disposable {
  /** Opens the page of the named rule; without a name, asks which. */
  open(name?: string): Promise<void>;
}

/** Their documents are no files. */
const scheme = 'sparkcheck-rule';

export function createRulePages(extension: Uri): RulePages {
  const packed = Uri.joinPath(extension, 'dist', 'rule-pages.json.br').fsPath;
  let read: Promise<ReadonlyMap<string, string>> | undefined;
  const pages = (): Promise<ReadonlyMap<string, string>> => (read ??= unpacked(packed));
  const provider = workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: async ({ path }) => (await pages()).get(path.replace(/^\/|\.md$/g, '')),
  });

  return {
    dispose: () => provider.dispose(),
    async open(name) {
      const known = [...(await pages()).keys()];
      const rule = name ?? (await window.showQuickPick(known, { title: 'Sparkcheck: open the page of a rule' }));
      if (rule === undefined) return;
      if (!known.includes(rule)) {
        void window.showWarningMessage(`Sparkcheck has no rule named ${rule}.`);
        return;
      }
      await commands.executeCommand('markdown.showPreview', Uri.from({ scheme, path: `/${rule}.md` }));
    },
  };
}

const unpacked = async (file: string): Promise<ReadonlyMap<string, string>> => new Map(Object.entries(JSON.parse(brotliDecompressSync(await readFile(file)).toString('utf8')) as Record<string, string>));
