/**
 * Refuses casts that end all checking: `value as unknown as Type`, `value as never`, and the same in angle brackets. A cast from what is known to a part of
 * it (`value as Type`) is still checked for overlap.
 */
export const noDoubleCast = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      never: '`as never` fits everywhere: name the type that is meant.',
      unknown: '`as unknown as` fits everything: a guard, a parse or a true type says what it is.',
    },
  },
  create(context) {
    const check = (node) => {
      if (node.typeAnnotation.type === 'TSNeverKeyword') context.report({ node, messageId: 'never' });
      else if (isCast(node.expression) && isUnknown(node.expression.typeAnnotation))
        context.report({ node, messageId: 'unknown' });
    };
    return { TSAsExpression: check, TSTypeAssertion: check };
  },
};

const isCast = ({ type }) => type === 'TSAsExpression' || type === 'TSTypeAssertion';
const isUnknown = ({ type }) => type === 'TSUnknownKeyword' || type === 'TSAnyKeyword';
