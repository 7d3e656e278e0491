/**
 * Bills: `total` has moved from the old system to the new one, `tax` moves for a share of the requests.
 */

export const bills = [{ id: '1' }, { id: '2' }];
