"""The sentence that confirms what was just done. The address carries only its name, so nobody can make up a notice."""

from urllib.parse import urlencode

from starlette.responses import RedirectResponse

NOTICES: dict[str, str] = {
    "created": "下書きを作成しました。",
    "saved": "下書きを保存しました。",
    "submit": "確認を依頼しました。承認者の「確認待ち」に表示されます。",
    "withdraw": "下書きに戻しました。",
    "approve": "承認しました。公開すると、回答に使われます。",
    "send_back": "起案者に差し戻しました。",
    "publish": "公開しました。次の質問から、この内容で回答します。",
    "publish_later": "公開を予約しました。適用開始日の0時（日本時間）から、この内容で回答します。",
    "revise": "改訂を始めました。公開中の内容は、新しい版を公開するまで変わりません。",
    "retire": "廃止しました。今後、回答には使われません。",
    "discard": "下書きを破棄しました。",
    "rollback": "選んだ版の内容を、新しい版として公開しました。",
    "moved": "分類を変更しました。",
    "nothing_chosen": "FAQが選ばれていません。変更するFAQにチェックを入れてください。",
    "synonym_saved": "類義語を登録しました。次の検索から使われます。",
    "synonym_removed": "類義語を削除しました。",
    "term_saved": "用語の決まりを登録しました。次の確認から使われます。",
    "term_removed": "用語の決まりを元に戻しました。",
    "document_accepted": "資料の内容を下書きに取り入れました。確認を依頼してください。",
    "document_left": "このFAQはそのまま残しました。同じ版の資料では、もう尋ねません。",
    "request_added": "更新依頼を登録しました。",
    "request_masked": "更新依頼を登録しました。個人情報と思われる部分は伏せ字にしました。",
    "request_moved": "更新依頼の状態を変更しました。",
    "user_changed": "利用者の設定を変更しました。",
    "second_factor_reset": "認証アプリの登録を解除しました。次のログインのときに、登録し直します。",
    "logged_out": "ログアウトしました。",
    "sessions_ended": "すべての端末からログアウトしました。もう一度ログインしてください。",
    "user_sessions_ended": "この利用者のログインをすべて終了しました。",
    "password_changed": "パスワードを変更しました。ほかの端末のログインは終了しました。",
    "password_set": "パスワードを設定しました。続けてログインしてください。",
    "key_revoked": "APIキーを失効させました。",
    "call_marked": "判定を登録しました。",
    "call_marked_request": "判定を登録し、FAQ編集者に更新を依頼しました。",
    "llm_on": "言語モデルを使い始めました。",
    "llm_off": "言語モデルを止めました。承認済みの回答だけで動きます。",
    "called_back": "折り返しを終えました。電話番号は消去しました。",
    "sample_drawn": "通話を抽出しました。確認者は判定を始められます。",
    "sample_judged": "判定を登録しました。",
    "sample_resolved": "裁定を登録しました。",
    "sample_resolved_request": "裁定を登録し、FAQ編集者に更新を依頼しました。",
    "emergency_on": "緊急案内を始めました。次の通話から流れます。",
    "emergency_off": "緊急案内を止めました。",
    "dictionary_saved": "読み辞書を保存しました。次の文から、この読みになります。",
    "assist_over": "この応対は終わっています。続きは「記録待ち」から開いてください。",
    "assist_drafted": "通話を終えました。下書きを確かめて、記録を完了してください。",
    "record_done": "記録を完了しました。",
    "record_saved": "記録を保存しました。",
    "record_waiting_city": "記録を保存し、「所管課へ確認中」にしました。",
    "record_callback": "記録を保存し、「折り返し待ち」にしました。",
    "callback_opened": "折り返し連絡票を作りました。連絡先は、対応が終わると消去されます。",
    "complaint_opened": "苦情として記録し、市へ通知しました。",
    "eval_started": "評価を始めました。窓口を止めずに進みます。",
    "eval_going_on": "評価を実行中です。終わるまでお待ちください。",
    "eval_no_cases": "テスト質問がまだありません。この画面から登録してください。",
    "case_added": "テスト質問を登録しました。次の評価から使われます。",
    "case_set_aside": "テスト質問を登録し、その言い換えを外した下書きを作りました。承認と公開を依頼してください。",
    "case_removed": "テスト質問を削除しました。",
    "audit_whole": "監査ログを検証しました。改ざんや欠落はありません。",
}
WARNINGS = frozenset({"assist_over", "eval_going_on", "eval_no_cases", "nothing_chosen"})


def see(path: str, done: str = "", **query: str) -> RedirectResponse:
    """Go on to another page after a change, naming what was done."""
    values = {name: value for name, value in {**query, "done": done}.items() if value}
    return RedirectResponse(f"{path}?{urlencode(values)}" if values else path, status_code=303)
