<?php
// Queues one call and prints its id. Environment: OUTDIAL_URL, OUTDIAL_LOGIN, OUTDIAL_PIN, PHONE_NUMBER, START_URL, RESULT_URL, ORDER.
$fields = [
    'login' => getenv('OUTDIAL_LOGIN'),
    'pin' => getenv('OUTDIAL_PIN'),
    'phone_number' => getenv('PHONE_NUMBER'),
    'start_url' => getenv('START_URL'),
    'result_url' => getenv('RESULT_URL'),
    'message_reference' => getenv('ORDER'),
    'max_retries' => 2,
    'scheduled_time' => 'now',
];
$reply = file_get_contents(getenv('OUTDIAL_URL') . '/webservice/queuecall.php', false, stream_context_create([
    'http' => [
        'method' => 'POST',
        'header' => "Content-Type: application/x-www-form-urlencoded\r\nIdempotency-Key: " . getenv('ORDER'),
        'content' => http_build_query($fields),
        'ignore_errors' => true,
    ],
]));
if ($reply === false || strpos($reply, 'failed') !== false || !preg_match('/call_id="(\d+)"/', $reply, $match)) {
    fwrite(STDERR, $reply . "\n");
    exit(1);
}
echo (int) $match[1], "\n";
