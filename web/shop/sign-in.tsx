/** Where the gateway hands out no tokens, one of the product's own is pasted. It stays in this tab. */
export function SignIn({ done }: { readonly done: (token: string) => void }) {
  return (
    <main className="alone">
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault();
          const token = String(new FormData(event.currentTarget).get('token')).trim();
          if (token) done(token);
        }}
      >
        <h1>Sign in</h1>
        <label>
          A user's token
          <input name="token" autoComplete="off" spellCheck={false} required />
        </label>
        <button type="submit">Continue</button>
      </form>
    </main>
  );
}
