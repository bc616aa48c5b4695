"""The elastic network interface of a task: created before it starts, deleted when it has stopped."""

import uuid


class NetworkInterface:
    def __init__(self, aws, configuration):
        self.ec2 = aws.client("ec2")
        vpc = configuration["awsvpcConfiguration"]
        groups = {"Groups": vpc["securityGroups"]} if vpc.get("securityGroups") else {}
        interface = self.ec2.create_network_interface(SubnetId=vpc["subnets"][0], **groups)["NetworkInterface"]
        self.id = interface["NetworkInterfaceId"]
        self.attachment = {
            "id": str(uuid.uuid4()),
            "type": "ElasticNetworkInterface",
            "status": "ATTACHED",
            "details": [
                {"name": "subnetId", "value": interface["SubnetId"]},
                {"name": "networkInterfaceId", "value": self.id},
                {"name": "macAddress", "value": interface["MacAddress"]},
                {"name": "privateIPv4Address", "value": interface["PrivateIpAddress"]},
            ],
        }

    def delete(self):
        self.ec2.delete_network_interface(NetworkInterfaceId=self.id)
        self.attachment["status"] = "DELETED"
