/**
 * What the access check notices without executing anything: a matrix that is not of these rules, rules that decide
 * nothing, and every rule that is flipped.
 */

import { expect, test } from '@jest/globals';

import { allow } from '../../../../subgraphs/kit/graphql-shield.ts';
import { principalRule } from '../../../../subgraphs/kit/rule.ts';
import { checkDeclared } from '../../../../tools/access/check-declared.ts';
import { declareVerdicts } from '../../../../tools/access/declare-verdicts.ts';
import { findDeadRules } from '../../../../tools/access/find-dead-rules.ts';
import { readCommittedMatrix } from '../../../../tools/access/matrix-files.ts';
import { mutateRules } from '../../../../tools/access/mutate-rules.ts';
import { linesOf, POLICIES, type Policies } from '../../../../tools/access/policy.ts';
import { countMutants } from '../../../../tools/access-mutate.ts';
import { changePolicy } from '../../../kit/change-policy.ts';

test('the committed matrix fits the rules', async () => {
  expect(await checkDeclared(await readCommittedMatrix(), POLICIES)).toEqual([]);
});

test('a widened rule that keeps its name does not fit the matrix', async () => {
  const widened = changePolicy('crm', 'Customer.internalNotes', ([rule, ...rest]) => [
    { ...rule, shield: allow },
    ...rest,
  ]);
  expect(await checkDeclared(await readCommittedMatrix(), widened)).toEqual([
    'crm Customer.internalNotes for finance: declared allow, the matrix says deny',
    'crm Customer.internalNotes for warehouse: declared allow, the matrix says deny',
    'crm Customer.internalNotes for commerce: declared allow, the matrix says deny',
    'crm Customer.internalNotes for customer: declared allow or conditional, the matrix says deny',
    'crm Customer.internalNotes for nobody: declared unreachable, the matrix says deny',
  ]);
});

test('another reason, a line that is gone and one that is new do not fit the matrix', async () => {
  const matrix = await readCommittedMatrix();
  const [first, ...others] = matrix.lines;
  const reworded = changePolicy('crm', 'Customer.name', ([rule]) => [rule, 'Because.']);
  const stale = { ...matrix, lines: [{ ...first!, field: 'Query.forgotten' }, ...others] };
  expect(await checkDeclared(stale, reworded)).toEqual([
    'the permissions of crm are not those of the matrix',
    'crm Query.forgotten is in the matrix only',
    'crm Query.customer is not in the matrix',
    'crm Customer.name has another rule, reason or owner in the matrix',
  ]);
});

test('rules that let in nobody or everybody are dead, and the company has none', async () => {
  const deadOf = async (policies: Policies) =>
    findDeadRules(linesOf(policies), await declareVerdicts(policies));
  expect(await deadOf(POLICIES)).toEqual([]);
  const never = principalRule('never', 'Nobody.', () => false);
  expect(await deadOf(changePolicy('crm', 'Customer.internalNotes', () => [never, 'No.']))).toEqual([
    'the rule "never" is dead: it lets in nobody',
  ]);
  const always = principalRule('always', 'Everybody.', () => true);
  expect(await deadOf(changePolicy('shop', 'Query.orders', () => [always, 'Yes.']))).toEqual([
    'the rule "always" is dead: it lets in everybody',
  ]);
});

test('each named rule that is flipped is noticed', async () => {
  const mutants = await mutateRules(await readCommittedMatrix(), POLICIES);
  console.log(countMutants(mutants));
  expect(mutants.filter(({ fate }) => fate === 'survived')).toEqual([]);
  expect(mutants.length).toBeGreaterThan(40);
});
