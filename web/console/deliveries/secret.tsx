import { Button, Modal, Stack } from '@mantine/core';
import { Id } from '../parts/values';

/** Shown once: the gateway does not tell it a second time. */
export function Secret({ secret, close }: { readonly secret: string | null; readonly close: () => void }) {
  return (
    <Modal
      opened={secret !== null}
      onClose={close}
      title="The signing secret"
      centered
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <p>Copy it now. It is not shown again.</p>
        <Id value={secret} name="the secret" />
        <div className="actions end">
          <Button onClick={close}>I have it</Button>
        </div>
      </Stack>
    </Modal>
  );
}
