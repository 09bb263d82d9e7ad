/** @import { Rule, SourceCode } from 'eslint' */

const relativeStart = /^(?:what|whatever|who|whoever|whom|whose|which|that which)\b/i;
const whetherStart = /^whether\b/i;

// Idioms for "invalid", "unknown" or "absent" that name a thing by the class that it is outside of.
const negations = [
  /\b(?:that|which|who|what|it|they|one|ones) (?:is|are|was|were) (?:neither|nobody's|no(?! (?:longer|more|less|fewer|later|earlier)\b))\b/i,
  /(?<!\bthere )\b(?:is|are|was|were) none\b/i,
  /\bwhat (?:has|have|had) no(?:ne)?\b/i,
];

/**
 * Holds comments, doc comments, their tags and the names of tests to two rules of CONTRIBUTING.md: begin with the noun or the
 * verb, and say the positive. A doc comment may begin with "whether" if it documents a boolean.
 *
 * @type {Rule.RuleModule}
 */
const prose = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      relativeStart: 'Begin with the noun or the verb, not with "{{ words }}".',
      whetherStart: 'Begin with "{{ words }}" only in the doc comment of a boolean.',
      negation: 'Say the positive (such as "invalid", "unknown" or "without a key"), not "{{ words }}".',
    },
  },

  create({ report, sourceCode }) {
    const check = (node, text, { isBoolean = false } = {}) => {
      const rules = [
        ['relativeStart', [relativeStart]],
        ['whetherStart', isBoolean ? [] : [whetherStart]],
        ['negation', negations],
      ];
      for (const [messageId, patterns] of rules) {
        const words = patterns.map((pattern) => pattern.exec(text)?.[0]).find((found) => found);
        if (words !== undefined) report({ node, messageId, data: { words } });
      }
    };

    return {
      Program() {
        for (const { node, text } of comments(sourceCode)) {
          const [body = '', ...tags] = text.split(/(?:^|\s)@(?=[a-z])/);
          check(node, body, { isBoolean: isDocOfBoolean(sourceCode, node) });
          for (const tag of tags) check(node, withoutTag(tag), { isBoolean: true });
        }
      },
      CallExpression({ callee, arguments: [name] }) {
        if (name && ['describe', 'it', 'test'].includes(rootName(callee))) check(name, literalText(name));
      },
    };
  },
};

/** The comments of a file. Line comments below each other are one comment. */
function comments(/** @type {SourceCode} */ sourceCode) {
  const found = [];
  let previous;
  for (const comment of sourceCode.getAllComments()) {
    const text = comment.value
      .replace(/^\*|\n\s*\*/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    const continues =
      comment.type === 'Line' &&
      previous?.type === 'Line' &&
      comment.loc.start.line === previous.loc.end.line + 1 &&
      comment.loc.start.column === previous.loc.start.column &&
      sourceCode.getTokenBefore(comment, { includeComments: true }) === previous;
    if (continues) found.at(-1).text += ` ${text}`;
    else found.push({ node: comment, text });
    previous = comment;
  }
  return found;
}

/** Whether the declaration below a comment is a boolean or a function of one. An inferred type may be. */
function isDocOfBoolean(/** @type {SourceCode} */ sourceCode, comment) {
  const start = sourceCode.getTokenAfter(comment)?.range[0];
  if (start === undefined) return false;
  let node = sourceCode.getNodeByRangeIndex(start);
  while (node.parent && node.parent.type !== 'Program' && node.parent.range[0] === start) node = node.parent;
  const declaration = node.declaration ?? node.parameter ?? node;
  const declared = declaration.declarations?.[0] ?? declaration;
  const value = declared.init ?? declared.value;
  const types = [
    declared.returnType,
    declared.typeAnnotation,
    declared.id?.typeAnnotation,
    value?.returnType,
  ];
  const [type] = types.filter((annotation) => annotation);
  if (type) return /\b(?:boolean|true|false|is)\b/.test(sourceCode.getText(type));
  return Boolean(declared.id ?? declared.key);
}

/** The text of a doc tag, without its name and the parameter or error type that it is about. */
function withoutTag(tag) {
  return tag.replace(/^(?:(?:param|throws|template) +\S+|[a-z]+) +(?:- +)?/i, '');
}

/** The name that a call begins with: `it` for `it.concurrent.each(rows)('…')`. */
function rootName(callee) {
  let node = callee;
  while (node && node.type !== 'Identifier') node = node.object ?? node.callee ?? node.tag;
  return node?.name;
}

/** The text of a string, a template or a sum of both. An ellipsis stands for each value in between. */
function literalText(node) {
  if (node.type === 'Literal') return String(node.value);
  if (node.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.cooked).join('…');
  if (node.type === 'BinaryExpression') return literalText(node.left) + literalText(node.right);
  return '…';
}

export default { rules: { prose } };
