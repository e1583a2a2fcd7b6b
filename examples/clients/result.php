<?php
// A result_url. Asked by GET, or without a phone number, it is only checked whether it is there: any 200 will do.
// Else a call has come to its end. The same result may be posted more than once, with the same webhook-id.
if (($_POST['phone_number'] ?? '') === '') {
    exit('ok');
}
$seen = sys_get_temp_dir() . '/' . preg_replace('/\W/', '', $_SERVER['HTTP_WEBHOOK_ID'] ?? '');
if (file_exists($seen)) {
    exit('ok');
}
$line = [$_POST['call_id'], $_POST['result'], $_POST['outcome'], $_POST['attempts'], $_POST['exit'] ?? ''];
file_put_contents(getenv('RESULTS'), implode("\t", $line) . "\n", FILE_APPEND | LOCK_EX);
touch($seen);
echo 'ok';
