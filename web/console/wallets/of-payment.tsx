import { useQuery } from 'urql';
import { Link } from 'wouter';
import { WalletOfPaymentDocument } from '../../gql/wallets/graphql';
import { pageOfOwner } from '../parts/find';
import { Called } from '../parts/values';

const useWallet = (id: string) => {
  const [{ data }] = useQuery({ query: WalletOfPaymentDocument, variables: { id } });
  return data?.wallet;
};

/** The shared wallet that a purchase is for, by its name. */
export function BoughtFor({ id }: { readonly id: string }) {
  const wallet = useWallet(id);
  return (
    <Link href={pageOfOwner(id)}>
      <Called user={{ userId: id, user: wallet && { name: wallet.name } }} />
    </Link>
  );
}

/** Who bought it: a member, who has a page, or else a back end or somebody who has left. */
export function BoughtBy({ id, actor }: { readonly id: string; readonly actor: string }) {
  const isMember = useWallet(id)?.members.some(({ userId }) => userId === actor);
  return isMember ? <Link href={pageOfOwner(actor)}>{actor}</Link> : actor;
}
