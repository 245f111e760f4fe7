/** How a project reaches its files. Injected: node's file system, the editor's, or plain memory in tests and the browser. */

export interface ProjectHost {
  /** Entries of a folder ('' is the project's root); empty where it cannot be read. Links to folders are no folders: a walk cannot go round. */
  list(dir: string): readonly { readonly name: string; readonly directory: boolean }[];
  /** The text of a file, decoded leniently, a byte order mark kept; undefined where it cannot be read. */
  read(path: string): string | undefined;
  /** How many bytes a file has, more or less; undefined where there is none. */
  size(path: string): number | undefined;
  /** Whether a file (no folder) of this path exists. */
  exists(path: string): boolean;
}

/** A project in memory. Paths are project-relative, with forward slashes. */
export function memoryHost(files: Readonly<Record<string, string>>): ProjectHost {
  const texts = new Map(Object.entries(files));
  return {
    list: (dir) => {
      const prefix = dir === '' ? '' : `${dir}/`;
      const entries = new Map<string, boolean>();
      for (const path of texts.keys()) {
        if (!path.startsWith(prefix)) continue;
        const [name, ...rest] = path.slice(prefix.length).split('/');
        entries.set(name!, rest.length > 0);
      }
      return [...entries].map(([name, directory]) => ({ name, directory }));
    },
    read: (path) => texts.get(path),
    size: (path) => texts.get(path)?.length,
    exists: (path) => texts.has(path),
  };
}
