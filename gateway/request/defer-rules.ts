/**
 * Where `@defer` may stand, beyond what its definition says: as in graphql-js 17, whose version 16 does not know the
 * directive. (GraphQL, RFC on @defer: "Defer And Stream Directives" in Validation.)
 */

import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  visit,
  type ASTNode,
  type ASTVisitor,
  type DirectiveNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

const isDefer = ({ name }: DirectiveNode) => name.value === 'defer';

/** The fields of these roots run one after another, or are the source of events: none of them can come later. */
function DeferOnRootRule(context: ValidationContext): ASTVisitor {
  const schema = context.getSchema();
  return {
    Directive(node) {
      const parent = context.getParentType();
      if (!isDefer(node) || parent == null) return;
      for (const kind of [OperationTypeNode.MUTATION, OperationTypeNode.SUBSCRIPTION]) {
        if (schema.getRootType(kind) !== parent) continue;
        const message = `@defer cannot be used on the ${kind} root type "${parent.name}".`;
        context.reportError(new GraphQLError(message, { nodes: node }));
      }
    },
  };
}

/** A subscription's events come whole. */
function DeferOnSubscriptionRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return;
      const spread = context.getRecursivelyReferencedFragments(operation);
      for (const node of [operation, ...spread].flatMap((part) => defersOf(part))) {
        if (mayBeOff(node)) continue;
        const message = '@defer is not supported in subscriptions; switch it off by `if: false`.';
        context.reportError(new GraphQLError(message, { nodes: node }));
      }
    },
  };
}

/** A client finds its fragment by the label. */
function DeferLabelRule(context: ValidationContext): ASTVisitor {
  const known = new Map<string, DirectiveNode>();
  return {
    Directive(node) {
      const label = isDefer(node) ? argumentOf(node, 'label') : undefined;
      if (label === undefined || label.kind === Kind.NULL) return;
      if (label.kind !== Kind.STRING) {
        const message = 'The label of @defer must be a string that stands in the document.';
        context.reportError(new GraphQLError(message, { nodes: node }));
        return;
      }
      const other = known.get(label.value);
      known.set(label.value, node);
      if (other === undefined) return;
      const message = `The label "${label.value}" of @defer must be unique.`;
      context.reportError(new GraphQLError(message, { nodes: [other, node] }));
    },
  };
}

export const DEFER_RULES: readonly ValidationRule[] = [
  DeferOnRootRule,
  DeferOnSubscriptionRule,
  DeferLabelRule,
];

function defersOf(root: ASTNode): readonly DirectiveNode[] {
  const found: DirectiveNode[] = [];
  visit(root, {
    Directive(node) {
      if (isDefer(node)) found.push(node);
    },
  });
  return found;
}

function mayBeOff(node: DirectiveNode): boolean {
  const condition = argumentOf(node, 'if');
  if (condition?.kind === Kind.BOOLEAN) return !condition.value;
  return condition?.kind === Kind.VARIABLE;
}

function argumentOf({ arguments: given = [] }: DirectiveNode, wanted: string) {
  return given.find(({ name }) => name.value === wanted)?.value;
}
