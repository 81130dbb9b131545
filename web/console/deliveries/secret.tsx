import { Button, Modal, Stack } from '@mantine/core';
import { Id } from '../parts/values';

interface SecretProps {
  readonly title: string;
  readonly secret: string | null;
  readonly close: () => void;
}

/** Shown once: the gateway does not tell it a second time. */
export function Secret({ title, secret, close }: SecretProps) {
  return (
    <Modal
      opened={secret !== null}
      onClose={close}
      title={title}
      centered
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <p>Copy it now. It is not shown again.</p>
        <Id value={secret} name="the secret" whole />
        <div className="actions end">
          <Button onClick={close}>I have it</Button>
        </div>
      </Stack>
    </Modal>
  );
}
