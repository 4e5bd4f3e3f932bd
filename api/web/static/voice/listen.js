// The listen buttons play the sentence on the page; without this file the sound opens in a tab of its own.
async function play(form, button, address) {
  const said = form.querySelector('[data-said]');
  button.disabled = true;
  said.textContent = '読み上げを作成しています…';
  try {
    const response = await fetch(address, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    if (!response.ok) throw new Error((await response.json()).detail);
    const sound = new Audio(URL.createObjectURL(await response.blob()));
    said.textContent = '';
    await sound.play();
  } catch (error) {
    said.textContent = error.message || '読み上げできませんでした。';
  } finally {
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll('[data-listen]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    play(form, form.querySelector('button'), form.action);
  });
}
for (const button of document.querySelectorAll('[data-listen-button]')) {
  button.addEventListener('click', (event) => {
    event.preventDefault();
    play(button.form, button, button.formAction);
  });
}
