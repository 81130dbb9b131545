import { gateway, setting } from '../lib/credits';
import { deliveriesOf } from '../lib/deliveries';
import { currentUser } from '../lib/user';
import { Balance } from './balance';
import { Buy } from './buy';
import { Credits } from './credits';
import { HaikuMaker } from './haiku';

/** Rendered on the server with the balance as it is; the hooks of the client components go on from there. */
export default async function Page() {
  const userId = await currentUser();
  const { available } = await gateway().balance(userId);
  return (
    <Credits key={userId} url={setting('CREDITS_URL')}>
      <header>
        <h1>Haiku</h1>
        <Balance rendered={available} />
      </header>
      <main>
        <HaikuMaker />
        <aside>
          <Buy />
          <section aria-labelledby="heard">
            <h2 id="heard">What the gateway delivered</h2>
            <ol>
              {deliveriesOf(userId).map(({ id, type, data }) => (
                <li key={id}>
                  <code>{type}</code> {'credits' in data && `${data.credits} credits`}
                </li>
              ))}
            </ol>
          </section>
        </aside>
      </main>
    </Credits>
  );
}
