/**
 * Bills: `total` has moved from the old system to the new one, other fields move under a label. Reminders are papers
 * like bills, and stay where they are.
 */

export const bills = [{ id: '1' }, { id: '2' }];
export const papers = [
  { __typename: 'Bill', id: '1' },
  { __typename: 'Reminder', id: '3' },
];
