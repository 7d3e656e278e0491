/**
 * The colleagues. The first six carry out the roles of the reference company: their logins are the subjects of the
 * development tokens, so that what is done with such a token has an author.
 */

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import type { Employee } from './crm-data.ts';

const PEOPLE = [
  ['sales', 'Svenja Ahlers', 'Head of Sales'],
  ['support', 'Tomasz Bielecki', 'Customer Support'],
  ['finance', 'Renate Größler', 'Chief Accountant'],
  ['warehouse', 'Dragan Ilić', 'Warehouse Manager'],
  ['commerce', 'Léa Fontanel', 'Head of E-Commerce'],
  ['auditor', 'Hinrich Oßwald', 'Internal Audit'],
  ['k.brunner', 'Käthe Brunner', 'Key Account Manager'],
  ['m.dreesen', 'Malte Dreesen', 'Account Manager'],
  ['a.esposito', 'Alba Esposito', 'Account Manager'],
  ['j.fröhlich', 'Jonas Fröhlich', 'Account Manager'],
  ['s.günay', 'Selin Günay', 'Account Manager'],
  ['p.hajek', 'Petr Hájek', 'Account Manager'],
  ['n.iversen', 'Nora Iversen', 'Key Account Manager'],
  ['l.jansson', 'Linus Jansson', 'Inside Sales'],
  ['c.kowalczyk', 'Celina Kowalczyk', 'Inside Sales'],
  ['r.lachmann', 'Ruben Lachmann', 'Inside Sales'],
  ['e.mazur', 'Edyta Mazur', 'Customer Support'],
  ['b.nwosu', 'Blessing Nwosu', 'Customer Support'],
  ['h.oberle', 'Heinz Oberle', 'Planning and Interior Design'],
  ['t.papadakis', 'Thea Papadakis', 'Planning and Interior Design'],
  ['w.quandt', 'Wenke Quandt', 'Purchasing'],
  ['o.reuter', 'Oskar Reuter', 'Logistics'],
  ['i.sauer', 'Imke Sauer', 'Accounts Receivable'],
  ['y.tanaka', 'Yuki Tanaka', 'Marketing'],
  ['g.uhl', 'Gesa Uhl', 'Managing Director'],
] as const;

export function makeEmployees(): readonly Employee[] {
  return PEOPLE.map(([name, fullName, jobTitle]) => ({
    id: globalIdOf('Employee', loginOf(name)),
    login: loginOf(name),
    name: fullName,
    email: loginOf(name),
    jobTitle,
  }));
}

/** Those who look after customers and work on deals. */
export function sellersAmong(employees: readonly Employee[]): readonly Employee[] {
  return employees.filter(({ jobTitle }) => /Account Manager|Sales/.test(jobTitle));
}

/** Who records stock and shipments. */
export const WAREHOUSE_LOGIN = loginOf('warehouse');

function loginOf(name: string): string {
  return `${name.replaceAll('ö', 'oe').replaceAll('ü', 'ue')}@tributary.example`;
}
