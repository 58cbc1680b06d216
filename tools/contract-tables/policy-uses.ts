import ts from 'typescript';
import { nodesOf, type Source } from './source.ts';

/**
 * By key (`scaling.scaleUp.cpu`), the libraries and apps that read it: by name, by destructuring, or by an index whose type is
 * that name. A type that is picked from the policy counts, one that is written beside it does not. What is read of the default
 * policy is not read of the one in force.
 */
export function policyUses({ checker, files, ownerOf }: Source): Map<string, ReadonlySet<string>> {
  const keysOf = keysByDeclaration(files, checker);
  const uses = new Map([...keysOf.values()].flat().map((key) => [key, new Set<string>()]));
  for (const node of nodesOf(files))
    for (const property of propertiesReadBy(node, checker))
      for (const declaration of property.declarations ?? [])
        for (const key of keysOf.get(declaration) ?? []) uses.get(key)?.add(ownerOf(node));
  return uses;
}

/** The leaves of the type `Policy`, by where their name is declared: once for what two parts of it share. */
function keysByDeclaration(files: readonly ts.SourceFile[], checker: ts.TypeChecker): Map<ts.Node, string[]> {
  const policy = [...nodesOf(files)].find(
    (node): node is ts.TypeAliasDeclaration => ts.isTypeAliasDeclaration(node) && node.name.text === 'Policy',
  );
  if (!policy) throw new Error('there is no type Policy');
  const found = new Map<ts.Node, string[]>();
  const home = policy.getSourceFile();
  const collect = (type: ts.Type, path: string): void => {
    for (const property of partsOf(type, checker)) {
      const [declaration] = property.declarations ?? [];
      if (declaration?.getSourceFile() !== home) continue;
      const key = path ? `${path}.${property.name}` : property.name;
      const inner = checker.getTypeOfSymbol(property);
      if (isGroup(inner, home, checker)) collect(inner, key);
      else found.set(declaration, [...(found.get(declaration) ?? []), key]);
    }
  };
  collect(checker.getTypeAtLocation(policy), '');
  return found;
}

const isGroup = (type: ts.Type, home: ts.SourceFile, checker: ts.TypeChecker): boolean =>
  partsOf(type, checker).some(({ declarations }) => declarations?.[0]?.getSourceFile() === home);

const partsOf = (type: ts.Type, checker: ts.TypeChecker): ts.Symbol[] =>
  checker.isArrayType(type) || type.isUnion() ? [] : checker.getPropertiesOfType(type);

function propertiesReadBy(node: ts.Node, checker: ts.TypeChecker): ts.Symbol[] {
  if (ts.isPropertyAccessExpression(node) && !isOfDefault(node))
    return present([checker.getSymbolAtLocation(node.name)]);
  if (ts.isElementAccessExpression(node) && !isOfDefault(node))
    return namesIn(checker.getTypeAtLocation(node.argumentExpression)).flatMap((name) =>
      present([checker.getTypeAtLocation(node.expression).getProperty(name)]),
    );
  if (ts.isObjectBindingPattern(node)) {
    const type = checker.getTypeAtLocation(node);
    return node.elements.flatMap(({ propertyName, name }) =>
      present([type.getProperty((propertyName ?? name).getText())]),
    );
  }
  return [];
}

const present = (symbols: readonly (ts.Symbol | undefined)[]): ts.Symbol[] =>
  symbols.filter((symbol) => symbol !== undefined);

const namesIn = (type: ts.Type): string[] =>
  (type.isUnion() ? type.types : [type]).flatMap((each) => (each.isStringLiteral() ? [each.value] : []));

/** `defaultPolicy.anomalies.checkEveryMs` */
function isOfDefault(node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return isOfDefault(node.expression);
  return node.getText() === 'defaultPolicy';
}
