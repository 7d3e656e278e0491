/**
 * Evaluates graphql-shield's rules with shield's own meaning and a fraction of its cost: what the principal decides is
 * judged once in a request, what the object decides once for each object. Knows no schema and no field.
 */

import type { GraphQLError } from 'graphql';

import { isFault, knownErrorOf } from './fault.ts';
import { needsOfTest, NEEDS, type Needs, type Rule, type RuleContext } from './rule.ts';
import { shapeOf, type TestFunction } from './rule-shape.ts';
import type { RequestVerdicts } from './request-verdicts.ts';
import { joinOutcomes, UNDECIDED, verdictOf, type Outcome, type SettledOutcome } from './verdict.ts';

/** What is asked of a rule, and what is at hand to decide it. */
export interface Question {
  readonly context: RuleContext;
  readonly parent: unknown;
  readonly given: unknown;
  /** How much of the above may be read. */
  readonly has: Needs;
}

/** A rule that threw; it lets nobody in, and somebody has to be told. */
export interface RuleFault {
  readonly rule: string;
  readonly error: GraphQLError;
  readonly context: RuleContext;
}

export type OnRuleFault = (fault: RuleFault) => void;

type Node =
  | { readonly kind: 'constant'; readonly allows: boolean }
  | { readonly kind: 'any' | 'all'; readonly parts: readonly Node[] }
  | TestNode;

interface TestNode {
  readonly kind: 'test';
  readonly name: string;
  readonly needs: Needs;
  readonly slot: number;
  readonly test: TestFunction;
}

/** A rule, ready to be asked. `slot` is its place among all rules of the judge. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly slot: number;
  /** Whether all fields of an object share the verdict. */
  readonly ignoresArguments: boolean;
  readonly ask: (request: RequestVerdicts, question: Question) => Outcome;
}

/** Gives each rule once, however often it is asked for. */
export type CompileRule = (rule: Rule) => CompiledRule;

const NOTHING = Object.freeze({});

export function createJudge(onFault: OnRuleFault): CompileRule {
  const compiled = new Map<Rule, CompiledRule>();
  const giveTest = keepTests();
  return (rule) => {
    const known = compiled.get(rule);
    if (known !== undefined) return known;
    const node = nodeOf(rule.shield, rule, giveTest);
    const made: CompiledRule = {
      rule,
      slot: compiled.size,
      ignoresArguments: !readsArguments(node),
      ask: (request, question) => askNode(node, request, question, onFault),
    };
    compiled.set(rule, made);
    return made;
  };
}

type GiveTest = (value: object, needs: Needs, shape: Pick<TestNode, 'name' | 'test'>) => TestNode;

/** The same test is one node in all rules, so that they share what it was found to say. */
function keepTests(): GiveTest {
  const tests = NEEDS.map((needs) => ({ needs, byRule: new Map<object, TestNode>() }));
  let count = 0;
  return (value, needs, { name, test }) => {
    const byRule = tests.find((kept) => kept.needs === needs)?.byRule;
    const node = byRule?.get(value) ?? { kind: 'test', name, test, needs, slot: count++ };
    byRule?.set(value, node);
    return node;
  };
}

function nodeOf(value: unknown, rule: Rule, giveTest: GiveTest): Node {
  const shape = shapeOf(value);
  switch (shape.kind) {
    case 'constant':
      return shape;
    case 'any':
    case 'all':
      return { kind: shape.kind, parts: shape.parts.map((part) => nodeOf(part, rule, giveTest)) };
    case 'test': {
      // Reason for the cast: only objects have the shape of a test.
      const test = value as object;
      return giveTest(test, needsOfTest(test, rule), shape);
    }
    case 'unusable':
      throw new Error(`the rule "${rule.name}" cannot be used: ${shape.because}`);
  }
}

function readsArguments(node: Node): boolean {
  if (node.kind === 'test') return node.needs === 'arguments';
  return node.kind !== 'constant' && node.parts.some(readsArguments);
}

function askNode(node: Node, request: RequestVerdicts, question: Question, onFault: OnRuleFault): Outcome {
  switch (node.kind) {
    case 'constant':
      return node.allows;
    case 'test':
      return askTest(node, request, question, onFault);
    default: {
      const outcomes: Outcome[] = [];
      for (const part of node.parts) {
        const outcome = askNode(part, request, question, onFault);
        if (outcome === true && node.kind === 'any') return true;
        outcomes.push(outcome);
      }
      return joinOutcomes(node.kind, outcomes);
    }
  }
}

/** Looks up what was judged before; asks the rule's function if nothing was. */
function askTest(
  node: TestNode,
  request: RequestVerdicts,
  question: Question,
  onFault: OnRuleFault,
): Outcome {
  const { needs, slot } = node;
  if (NEEDS.indexOf(needs) > NEEDS.indexOf(question.has)) return UNDECIDED;
  switch (needs) {
    case 'principal':
      return (request.byPrincipal[slot] ??= run(node, question, onFault, (settled) => {
        request.byPrincipal[slot] = settled;
      }));
    case 'arguments':
      return run(node, question, onFault);
    case 'object': {
      const { parent } = question;
      if (typeof parent !== 'object' || parent === null) return run(node, question, onFault);
      const byObject = (request.byObject[slot] ??= new Map());
      const known = byObject.get(parent);
      if (known !== undefined) return known;
      const outcome = run(node, question, onFault, (settled) => byObject.set(parent, settled));
      byObject.set(parent, outcome);
      return outcome;
    }
  }
}

/** A rule is given what it declares to need and nothing else: a wrong declaration must not be right by accident. */
function run(
  { name, needs, test }: TestNode,
  { context, parent, given }: Question,
  onFault: OnRuleFault,
  onSettled?: (outcome: SettledOutcome) => void,
): Outcome {
  const tell = (error: GraphQLError): GraphQLError => {
    if (isFault(error)) onFault({ rule: name, error, context });
    return error;
  };
  const verdictFrom = (answer: unknown) => {
    const verdict = verdictOf(answer);
    return verdict instanceof Error ? tell(verdict) : verdict;
  };
  try {
    const object = needs === 'object' ? parent : NOTHING;
    const answer = test(object, needs === 'arguments' ? given : NOTHING, context, undefined);
    if (!isPromiseLike(answer)) return verdictFrom(answer);
    return Promise.resolve(answer)
      .then(verdictFrom, (thrown: unknown) => tell(knownErrorOf(thrown)))
      .then((verdict) => {
        onSettled?.(verdict);
        return verdict;
      });
  } catch (thrown) {
    return tell(knownErrorOf(thrown));
  }
}

function isPromiseLike(answer: unknown): answer is PromiseLike<unknown> {
  return (
    typeof answer === 'object' && answer !== null && 'then' in answer && typeof answer.then === 'function'
  );
}
