/** The last part of a path, without the ending which says that it is a template or an example of such a file. */
export const plainName = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.(j2|jinja2?|tmpl|template|tpl|erb|example|sample|dist|default)$/i, '');
