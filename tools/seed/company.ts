/**
 * The reference company as plain data: what each of its systems knows on one day. Knows no table and not how the
 * data is made.
 */

import type { AccountingData } from './accounting-data.ts';
import type { CrmData } from './crm-data.ts';
import type { ShopData } from './shop-data.ts';

/** `demo` for people and measurements, `small` for tests: every awkward case, few rows. */
export type CompanySize = 'demo' | 'small';

export interface Company {
  readonly crm: CrmData;
  readonly accounting: AccountingData;
  readonly shop: ShopData;
}
