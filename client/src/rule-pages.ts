/** The pages of the rules, as they come with the extension: they open without a network. */
import { commands, Uri, window, workspace } from 'vscode';

export interface RulePages {
  /** Opens the page of the named rule; without a name, asks which. */
  open(name?: string): Promise<void>;
}

export function createRulePages(extension: Uri): RulePages {
  const folder = Uri.joinPath(extension, 'dist', 'rules');

  async function names(): Promise<string[]> {
    const entries = await workspace.fs.readDirectory(folder);
    return entries.map(([file]) => file.replace(/\.md$/, '')).filter((name) => name !== 'README').sort();
  }

  return {
    async open(name) {
      const known = await names();
      const rule = name ?? (await window.showQuickPick(known, { title: 'Sparkcheck: open the page of a rule' }));
      if (rule === undefined) return;
      if (!known.includes(rule)) {
        void window.showWarningMessage(`Sparkcheck has no rule named ${rule}.`);
        return;
      }
      await commands.executeCommand('markdown.showPreview', Uri.joinPath(folder, `${rule}.md`));
    },
  };
}
