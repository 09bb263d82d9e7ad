import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

/**
 * Reads the doc comments of members of object literals, such as the variables of a configuration's schema. The comment
 * beside the code is then the only description, for colleagues and for the reference.
 *
 * @param files paths from the root of the repository
 * @returns the comment by the member's name; of members with one name, the first that has a comment
 */
export function documentedMembers(files: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of files) {
    const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAssignment(node)) {
        const [comment] = ts.getJSDocCommentsAndTags(node);
        const text = ts.getTextOfJSDocComment(comment?.comment)?.replaceAll(/\s+/g, ' ');
        const name = ts.isIdentifier(node.name) || ts.isStringLiteral(node.name) ? node.name.text : undefined;
        if (name !== undefined && text && !found.has(name)) found.set(name, text);
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
  }
  return found;
}
