/**
 * Refuses a record that is read, written or asked by a word: `counts[word]`, `word in counts`, `const { [word]: n } = counts`.
 * Words come from users and models. Every plain object inherits `constructor` and the like, which are then found where nothing
 * was put, and takes what is written under `__proto__` for its prototype. A `Map`, or `ownValue` and its kind in the kernel,
 * hold any word. `{ ...counts, [word]: n }`, `Object.fromEntries` and `delete` touch the object's own properties alone.
 */
import { ESLintUtils } from '@typescript-eslint/utils';
import ts from 'typescript';

export const noWordIndex = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      word: 'A plain object inherits `constructor` and the like, so it is no map for words: use a Map, or ownValue, setOwnValue and ownValueOrNew of @contentflow/kernel.',
    },
  },
  create(context) {
    const services = ESLintUtils.getParserServices(context);
    const checker = services.program.getTypeChecker();
    const typeOf = (node) => services.getTypeAtLocation(node);
    const refuse = (node) => context.report({ node, messageId: 'word' });
    return {
      MemberExpression(node) {
        if (!node.computed || isDeleted(node) || !isWord(node.property, typeOf)) return;
        if (isRecord(checker, typeOf(uncast(node.object)))) refuse(node);
      },
      'ObjectPattern > Property[computed=true]'(node) {
        if (isWord(node.key, typeOf)) refuse(node);
      },
      'BinaryExpression[operator="in"]'(node) {
        // `#name in object` asks for a name that no word is.
        if (node.left.type !== 'PrivateIdentifier' && isWord(node.left, typeOf)) refuse(node);
      },
    };
  },
};

const isDeleted = ({ parent }) => parent.type === 'UnaryExpression' && parent.operator === 'delete';

const isCast = ({ type }) => type === 'TSAsExpression' || type === 'TSNonNullExpression';

/** `word as keyof typeof counts` is a word still: nothing has looked at it. */
const uncast = (node) => (isCast(node) ? uncast(node.expression) : node);

/** Any text: neither one literal nor one of several. What has no type at all counts as text where no cast says otherwise. */
function isWord(node, typeOf) {
  const isText = (type) =>
    type.isUnion() || type.isIntersection()
      ? type.types.some(isText)
      : (type.flags & (ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral)) !== 0;
  return isText(typeOf(uncast(node))) || (typeOf(node).flags & ts.TypeFlags.Any) !== 0;
}

/** An array, a tuple and a text are asked by number. */
const isRecord = (checker, type) =>
  type.isUnion()
    ? type.types.some((each) => isRecord(checker, each))
    : !checker.isArrayType(type) && !checker.isTupleType(type) && (type.flags & ts.TypeFlags.StringLike) === 0;
