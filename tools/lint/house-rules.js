/**
 * Rules of STYLE that no published plugin has: a file says at its top what it is, and an escape from the type checker
 * says on the line above why it is safe. For ESLint only; knows syntax trees and no file of ours.
 */

const openingComment = {
  meta: {
    type: 'suggestion',
    messages: { missing: 'Open the file with two or three lines: what it is, and what it does not know.' },
    schema: [],
  },
  create: (context) => ({
    Program(node) {
      const [first] = context.sourceCode.getAllComments();
      const start = context.sourceCode.text.startsWith('#!') ? 2 : 1;
      if (first === undefined || first.type === 'Line' || first.loc.start.line > start)
        context.report({ node, messageId: 'missing' });
    },
  }),
};

const reasonAbove = {
  meta: { type: 'suggestion', messages: { missing: 'Say on the line above why this is safe.' }, schema: [] },
  create(context) {
    const { sourceCode } = context;
    const commentedLines = new Set(sourceCode.getAllComments().map((comment) => comment.loc.end.line));

    function check(node) {
      const statement = enclosingStatement(node);
      const lines = [node.loc.start.line, statement.loc.start.line];
      if (!lines.some((line) => commentedLines.has(line - 1))) context.report({ node, messageId: 'missing' });
    }
    return {
      TSAnyKeyword: check,
      TSAsExpression(node) {
        const { typeAnnotation } = node;
        const isConst = typeAnnotation.type === 'TSTypeReference' && typeAnnotation.typeName.name === 'const';
        if (!isConst) check(node);
      },
    };
  },
};

/** The smallest thing that stands on a line of its own: a statement, a member, or a property of an object. */
function enclosingStatement(node) {
  let current = node;
  while (current.parent !== undefined && current.parent !== null && !STANDS_ALONE.test(current.type))
    current = current.parent;
  return current;
}

const STANDS_ALONE = /(Statement|Declaration|PropertySignature|PropertyDefinition|MethodDefinition)$/;

export default { rules: { 'opening-comment': openingComment, 'reason-above': reasonAbove } };
