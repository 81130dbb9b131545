import { Alert, Button, Paper, PasswordInput, Stack, Title } from '@mantine/core';

export function SignIn({
  trouble,
  done,
}: {
  readonly trouble: string | null;
  readonly done: (token: string) => void;
}) {
  return (
    <main className="sign-in">
      <Paper withBorder p="lg" radius="md">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const token = String(new FormData(event.currentTarget).get('token')).trim();
            if (token) done(token);
          }}
        >
          <Stack>
            <Title order={1}>Sign in</Title>
            {trouble && (
              <Alert color="red" variant="outline">
                {trouble}
              </Alert>
            )}
            <PasswordInput
              name="token"
              label="An operator's token"
              description="It stays in this tab."
              autoComplete="off"
            />
            <Button type="submit">Continue</Button>
          </Stack>
        </form>
      </Paper>
    </main>
  );
}
