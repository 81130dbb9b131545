import { Alert, Button, Loader, Paper, PasswordInput, Stack, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { goToIssuer, issuerName } from './issuer';

export function SignIn({
  trouble,
  done,
}: {
  readonly trouble: string | null;
  readonly done: (token: string) => void;
}) {
  const [issuer, setIssuer] = useState<string | null | 'asking'>('asking');
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => {
    issuerName().then(setIssuer, () => setIssuer(null));
  }, []);
  const told = failed ?? trouble;
  return (
    <main className="sign-in">
      <Paper withBorder p="lg" radius="md">
        <Stack>
          <Title order={1}>Sign in</Title>
          {told && (
            <Alert color="red" variant="outline">
              {told}
            </Alert>
          )}
          {issuer === 'asking' && <Loader size="sm" aria-label="Loading" />}
          {issuer === null && <WithToken done={done} />}
          {issuer !== null && issuer !== 'asking' && (
            <WithIssuer issuer={issuer} failed={(error) => setFailed(error.message)} />
          )}
        </Stack>
      </Paper>
    </main>
  );
}

function WithIssuer({
  issuer,
  failed,
}: {
  readonly issuer: string;
  readonly failed: (error: Error) => void;
}) {
  const [isLeaving, setLeaving] = useState(false);
  const leave = () => {
    setLeaving(true);
    goToIssuer().catch((error: Error) => {
      setLeaving(false);
      failed(error);
    });
  };
  return (
    <Button onClick={leave} loading={isLeaving}>
      Continue at {issuer}
    </Button>
  );
}

function WithToken({ done }: { readonly done: (token: string) => void }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const token = String(new FormData(event.currentTarget).get('token')).trim();
        if (token) done(token);
      }}
    >
      <Stack>
        <PasswordInput
          name="token"
          label="An operator's token"
          description="It stays in this tab."
          autoComplete="off"
        />
        <Button type="submit">Continue</Button>
      </Stack>
    </form>
  );
}
