/**
 * The console: GraphiQL with who asks, the plan panel and what the last run told. Puts it together and starts it; knows
 * what each part is for and not how it works.
 */

import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { askGateway } from './ask-gateway.ts';
import { caller, fetchOffer, type Offer } from './caller.ts';
import { CallerMenu } from './caller-menu.tsx';
import { PlanIcon } from './plan-icon.tsx';
import { PlanPanel } from './plan-panel.tsx';
import { RunFooter } from './run-footer.tsx';
import { startWorkersFromHere } from './start-workers.ts';
import { welcome } from './welcome.ts';

import 'graphiql/style.css';
import './page.css';

const PLAN_PLUGIN = { title: 'Plan', icon: PlanIcon, content: PlanPanel };
const PLUGINS = [PLAN_PLUGIN, HISTORY_PLUGIN];

function Console({ roles, question }: Offer) {
  return (
    <GraphiQL
      fetcher={askGateway}
      plugins={PLUGINS}
      defaultQuery={welcome(question)}
      defaultEditorToolsVisibility={false}
      shouldPersistHeaders={false}
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>
        <CallerMenu roles={roles} />
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <RunFooter />
      </GraphiQL.Footer>
    </GraphiQL>
  );
}

async function start(): Promise<void> {
  const place = document.getElementById('console');
  if (place === null) throw new Error('the page has no place for the console');
  const offer = place.dataset['hasRoles'] === 'true' ? await fetchOffer() : { roles: [] };
  const [first] = offer.roles;
  if (first !== undefined) caller.set({ kind: 'role', role: first.name });
  startWorkersFromHere();
  createRoot(place).render(
    <StrictMode>
      <Console {...offer} />
    </StrictMode>,
  );
}

void start();
