/**
 * Which entity a representation was cut from, by its path in the client's response.
 */

import { pathsAt, positionsOf } from '../../../../gateway/execution/entity-positions.ts';

const customer = (id: string, more = {}) => ({ __typename: 'Customer', id, ...more });

test('nulls before an entity do not move it', () => {
  const response = { customers: [null, { buyer: customer('1') }, { buyer: null }, { buyer: customer('2') }] };
  expect(positionsOf([customer('1'), customer('2')], response, ['customers', '@', 'buyer'])).toEqual([
    ['customers', 1, 'buyer'],
    ['customers', 3, 'buyer'],
  ]);
});

test('an entity of another type with the same id is passed over', () => {
  const response = { found: [{ __typename: 'Deal', id: '1' }, customer('1')] };
  expect(positionsOf([customer('1')], response, ['found', '@'])).toEqual([['found', 1]]);
});

test('an entity that lacks what the fetch needs is passed over', () => {
  const response = { found: [customer('1'), customer('1', { credit: 5 })] };
  expect(positionsOf([customer('1', { credit: 5 })], response, ['found', '@'])).toEqual([['found', 1]]);
});

test('the same entity in two places is found in both', () => {
  const response = { found: [customer('1'), customer('1')] };
  expect(positionsOf([customer('1'), customer('1')], response, ['found', '@'])).toEqual([
    ['found', 0],
    ['found', 1],
  ]);
});

test('an interface that stands for the type of its objects is accepted', () => {
  const response = { found: [customer('1'), customer('2')] };
  expect(positionsOf([{ __typename: 'Party', id: '2' }], response, ['found', '@'])).toEqual([['found', 1]]);
});

test('nested values of a representation are compared too, and lists within lists are walked', () => {
  const lines = (price: number) => customer('1', { lines: [{ price }] });
  const response = { table: [[lines(1)], [lines(2)]] };
  expect(positionsOf([lines(2)], response, ['table', '@', '@'])).toEqual([['table', 1, 0]]);
});

test('a representation that fits nothing has no position', () => {
  expect(positionsOf([customer('9')], { found: [customer('1')] }, ['found', '@'])).toEqual([undefined]);
});

test('every object at a place is named', () => {
  expect(pathsAt({ a: { b: [{ c: {} }, null, { c: null }, { c: {} }] } }, ['a', 'b', '@', 'c'])).toEqual([
    ['a', 'b', 0, 'c'],
    ['a', 'b', 3, 'c'],
  ]);
});
