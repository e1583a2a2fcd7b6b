// Queues one call and prints its id. Environment: OUTDIAL_URL, OUTDIAL_LOGIN, OUTDIAL_PIN, PHONE_NUMBER, START_URL, RESULT_URL, ORDER.
// dotnet run QueueCall.cs (.NET 10 and newer)
using System.Xml.Linq;

string Given(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set");

using var http = new HttpClient();
http.DefaultRequestHeaders.Add("Idempotency-Key", Given("ORDER"));
var fields = new Dictionary<string, string>
{
    ["login"] = Given("OUTDIAL_LOGIN"),
    ["pin"] = Given("OUTDIAL_PIN"),
    ["phone_number"] = Given("PHONE_NUMBER"),
    ["start_url"] = Given("START_URL"),
    ["result_url"] = Given("RESULT_URL"),
    ["message_reference"] = Given("ORDER"),
};
using var response = await http.PostAsync(Given("OUTDIAL_URL") + "/webservice/queuecall.php", new FormUrlEncodedContent(fields));
var answer = XElement.Parse(await response.Content.ReadAsStringAsync());
if ((string?)answer.Attribute("status") != "queued")
{
    Console.Error.WriteLine((string?)answer.Element("error"));
    return 1;
}
Console.WriteLine((int)answer.Attribute("call_id")!);
return 0;
