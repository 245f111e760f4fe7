import * as vscode from 'vscode';

/** Shows a file of the test workspace: VS Code asks for the findings of what is visible only. */
export async function open(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriOf(name)));
}

/** Makes a file of the test workspace and shows it; each test that changes a text has its own. */
export async function openNew(name: string, text: string): Promise<vscode.TextEditor> {
  await vscode.workspace.fs.writeFile(uriOf(name), Buffer.from(text));
  return open(name);
}

export function uriOf(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('the test window has no folder');
  return vscode.Uri.joinPath(folder.uri, name);
}

/** Waits for a value that is neither undefined nor false. */
export async function until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>, seconds = 20): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function findingsOf(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'sparkcheck');
}

export function ruleOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** The finding of a rule in a document, once it is there. */
export function finding(document: vscode.TextDocument, rule: string): Promise<vscode.Diagnostic> {
  const rules = (): string => findingsOf(document.uri).map(ruleOf).join(', ');
  return until(`${rule} in ${document.uri.path}`, () => findingsOf(document.uri).find((each) => ruleOf(each) === rule))
    .catch((error: Error) => { throw new Error(`${error.message}; there is: ${rules() || 'nothing'}`); });
}

/** What VS Code offers at a finding, in its order. */
export function actionsAt(document: vscode.TextDocument, { range }: vscode.Diagnostic): Thenable<vscode.CodeAction[]> {
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range, undefined, 100);
}

/** Does what a click on the action does. */
export async function apply({ edit, command }: vscode.CodeAction): Promise<void> {
  if (edit) await vscode.workspace.applyEdit(edit);
  if (command) await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
}

export function positionOf(document: vscode.TextDocument, piece: string): vscode.Position {
  const offset = document.getText().indexOf(piece);
  if (offset < 0) throw new Error(`no ${piece} in ${document.uri.path}`);
  return document.positionAt(offset);
}
