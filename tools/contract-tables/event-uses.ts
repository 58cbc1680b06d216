import ts from 'typescript';
import { nodesOf, type Source } from './source.ts';

/** Who emits the events of one definition, and who reads them: names of libraries and apps. */
export interface EventUses {
  readonly emitters: ReadonlySet<string>;
  readonly readers: ReadonlySet<string>;
  /** Uses that are neither, as far as this analysis can tell; it has to be taught them. */
  readonly unplaced: readonly ts.Node[];
  /** What a field of it may be (`action: pin`) and no code outside the contracts ever says. */
  readonly unusedValues: readonly string[];
}

const EMITS = new Set(['newEvent', 'decided']);
const READS = new Set(['on', 'onDecision', 'effect', 'isEvent', 'isDecision']);

type Use = 'emitted' | 'read' | 'neither' | 'unplaced';

/** By the name of the definition: `ContentGenerated`. */
export function eventUses(source: Source): Map<string, EventUses> {
  const { files, ownerOf } = source;
  const definitions = definitionsIn(files);
  const named = identifiersByText(files);
  const said = stringLiterals(
    files,
    new Set([...definitions.values()].map((definition) => definition.getSourceFile())),
  );
  return new Map(
    [...definitions].map(([name, definition]) => {
      const places = placesOf(definition, named, source);
      const ownersWhere = (use: Use): Set<string> =>
        new Set(places.filter((place) => place.use === use).map(({ node }) => ownerOf(node)));
      const uses: EventUses = {
        emitters: ownersWhere('emitted'),
        readers: ownersWhere('read'),
        unplaced: places.filter(({ use }) => use === 'unplaced').map(({ node }) => node),
        unusedValues: valuesOf(definition).filter((value) => !said.has(value.split(': ')[1] as string)),
      };
      return [name, uses];
    }),
  );
}

/** `const Name = defineEvent(…)` */
function definitionsIn(files: readonly ts.SourceFile[]): Map<string, ts.VariableDeclaration> {
  const found = new Map<string, ts.VariableDeclaration>();
  for (const node of nodesOf(files))
    if (
      ts.isVariableDeclaration(node) &&
      node.initializer &&
      ts.isCallExpression(node.initializer) &&
      calleeOf(node.initializer) === 'defineEvent'
    )
      found.set(node.name.getText(), node);
  return found;
}

type Named = ReadonlyMap<string, readonly ts.Identifier[]>;

function identifiersByText(files: readonly ts.SourceFile[]): Named {
  const found = new Map<string, ts.Identifier[]>();
  for (const node of nodesOf(files)) {
    if (!ts.isIdentifier(node)) continue;
    const same = found.get(node.text);
    if (same) same.push(node);
    else found.set(node.text, [node]);
  }
  return found;
}

interface Place {
  readonly node: ts.Node;
  readonly use: Use;
}

/** Where the value of this variable is used, by its own name or by that of another variable that holds it. */
function placesOf(variable: ts.VariableDeclaration, named: Named, { checker }: Pick<Source, 'checker'>): Place[] {
  const symbol = checker.getSymbolAtLocation(variable.name);
  const matches = (node: ts.Identifier): boolean => {
    const found = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    return found === symbol || (isAlias(found) && checker.getAliasedSymbol(found) === symbol);
  };
  const nodes = (named.get(variable.name.getText()) ?? []).filter(matches);
  return nodes.flatMap((node) => placesFrom(node, named, { checker }));
}

const isAlias = (symbol: ts.Symbol | undefined): symbol is ts.Symbol =>
  symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0;

function placesFrom(node: ts.Expression, named: Named, about: Pick<Source, 'checker'>): Place[] {
  const { parent } = node;
  const isBranch = ts.isConditionalExpression(parent) && parent.condition !== node;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  if (ts.isParenthesizedExpression(parent) || isBranch || isMember) return placesFrom(parent, named, about);
  if (ts.isVariableDeclaration(parent) && parent.initializer === node) return placesOf(parent, named, about);
  return [{ node, use: useIn(parent, node) }];
}

function useIn(parent: ts.Node, node: ts.Expression): Use {
  // One that is imported under another name would be lost sight of.
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return parent.propertyName ? 'unplaced' : 'neither';
  if (ts.isTypeQueryNode(parent) || ts.isQualifiedName(parent)) return 'neither';
  if (ts.isVariableDeclaration(parent) && parent.name === (node as ts.Node)) return 'neither';
  if (ts.isPropertyAccessExpression(parent)) return ['type', 'name'].includes(parent.name.text) ? 'read' : 'neither';
  if (!ts.isCallExpression(parent) || parent.expression === node) return 'unplaced';
  const callee = calleeOf(parent);
  if (EMITS.has(callee)) return 'emitted';
  return READS.has(callee) ? 'read' : 'unplaced';
}

const calleeOf = ({ expression }: ts.CallExpression): string =>
  ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();

/** `field: value` of each `field: z.enum([…])` in its schema. */
function valuesOf(definition: ts.Node): string[] {
  const found: string[] = [];
  for (const node of nodesOf([definition])) {
    if (!ts.isCallExpression(node) || calleeOf(node) !== 'enum' || !ts.isPropertyAssignment(node.parent)) continue;
    const field = node.parent.name.getText();
    for (const value of nodesOf(node.arguments)) if (ts.isStringLiteral(value)) found.push(`${field}: ${value.text}`);
  }
  return found;
}

/** What code says that neither defines events nor shows them. */
function stringLiterals(files: readonly ts.SourceFile[], contracts: ReadonlySet<ts.SourceFile>): Set<string> {
  const others = files.filter((file) => !contracts.has(file) && !file.fileName.includes('/apps/console/'));
  const said = new Set<string>();
  for (const node of nodesOf(others)) if (ts.isStringLiteralLike(node)) said.add(node.text);
  return said;
}
